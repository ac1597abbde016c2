// ends: user
// holds itself
function main() {
    const ring = {}; ring.ring = [ring]; return ring;
}
