// ends: timeout
// indexOf in an object with a huge length
function main() {
    return Array.prototype.indexOf.call({length: Number.MAX_SAFE_INTEGER}, 'needle');
}
