// ends: user
// a result that contains itself
function main() {
    const ring = {}; ring.ring = [ring]; return ring;
}
