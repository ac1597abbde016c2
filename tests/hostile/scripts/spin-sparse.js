// ends: timeout
// every index of the longest possible list
function main() {
    const holes = [];
    holes.length = 2 ** 32 - 1;
    holes.forEach(() => {});
    return holes.some(Boolean);
}
