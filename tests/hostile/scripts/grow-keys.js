// ends: memory | timeout
// properties without end
function main() {
    const o = {}; for (let i = 0; ; i++) o['key' + i] = {i};
}
