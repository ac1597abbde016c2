// ends: memory | timeout
// a list that appends itself
function main() {
    let list = [0]; for (;;) list = [...list, ...list, 1];
}
