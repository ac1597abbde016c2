// ends: timeout
// indexOf in something with a length
function main() {
    return Array.prototype.indexOf.call({length: Number.MAX_SAFE_INTEGER}, 'needle');
}
