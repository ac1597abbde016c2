function main() {
    const rows = [{ 'Имя': null }], key = 'x';
    const seen = [];
    for (const read of [() => rows[0].Имя.длина, () => rows[1][key], () => rows[1]]) {
        try { read(); seen.push('read'); } catch (error) { seen.push(error.message); }
    }
    console.log(seen.join('; '));
    return /* всё — до */ rows[0].Имя.first_$name;
}
