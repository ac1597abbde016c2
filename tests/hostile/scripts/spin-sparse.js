// ends: timeout
// every index of the longest list there is
function main() {
    const holes = [];
    holes.length = 2 ** 32 - 1;
    holes.forEach(() => {});
    return holes.some(Boolean);
}
