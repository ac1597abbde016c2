// ends: memory | timeout
// a list that takes itself in
function main() {
    let list = [0]; for (;;) list = [...list, ...list, 1];
}
