// n: 6000
function main(n) {
    const flat = [];
    for (let i = 0; i < n; i++) flat.push({ id: i, parent: i ? (i - 1) >> 2 : null, name: 'node' + i, amount: i % 10 });
    const nodes = {};
    for (const item of flat) nodes[item.id] = { ...item, children: [] };
    let root;
    for (const item of flat) {
        if (item.parent === null) root = nodes[item.id];
        else nodes[item.parent].children.push(nodes[item.id]);
    }
    const total = node => node.children.reduce((sum, child) => sum + total(child), node.amount);
    const paths = [];
    (function walk(node, path) {
        const here = [...path, node.name];
        if (!node.children.length && node.id % 50 === 0) paths.push(here.join('/'));
        for (const child of node.children) walk(child, here);
    })(root, []);
    return total(root) + paths.length + paths[3];
}
