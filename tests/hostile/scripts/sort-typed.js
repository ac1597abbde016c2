// ends: success
// a random comparator for a typed array
function main() {
    return new Float32Array(200).map((_, i) => i * 31 % 200).sort(() => Math.random() - 0.5).length;
}
