// Tables formatted and parsed.
async function main() {
    const rows = utils.csv.parse('id;name\n1;"A;""da"""\n2;Ж\n', { separator: ';' });
    let refused;
    try {
        utils.csv.parse('a\n"open');
    } catch (error) {
        refused = error.message;
    }
    return [rows, utils.csv.stringify(rows, { columns: ['name', 'id'] }), refused];
}
