// A native method that calls back.
function main() {
    return Array.from({ length: 1e5 }, (_, i) => i).sort((a, b) => {
        for (let i = 0; i < 1000; i++) a += i % 2;
        return b - a;
    }).length;
}
