// n: 400
function depth(tree) {
    return tree === null ? 0 : 1 + Math.max(depth(tree.left), depth(tree.right));
}
function grow(levels) {
    return levels === 0 ? null : { left: grow(levels - 1), right: grow(levels - 1) };
}
function main(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += depth(grow(6));
    return sum;
}
