// ends: memory | timeout
// keys that are all different
function main() {
    const map = new Map(); for (let i = 0; ; i++) map.set({i}, `value ${i}`);
}
