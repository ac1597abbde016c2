function main() {
    const clear = list => {
        list.length = 0;
        return list;
    };
    clear([1]);
    clear([2]);
    const list = clear(['old', 'older']);
    list.push('new');
    const bad = [];
    for (const n of [1, -1, '2', 1.5]) {
        const a = [1, 2, 3];
        try {
            a.length = n;
            bad.push(a.length);
        } catch (error) {
            bad.push(error.name);
        }
    }
    return [list, list[1] === undefined, Object.keys(list), bad];
}
