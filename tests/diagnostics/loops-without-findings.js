// functions: main
function main(rows) {
    let sum = 0, any = "", list = [];
    for (const row of rows) {
        sum += row.price;
        let line = "";
        line += row.name;
        list.push(line);
        any = row.name + ";";
        any = `${row.name}: ${row.price}`;
        sum = 1 + sum;
    }
    any += "the end";
    const show = (row) => { let text = "x"; text += row.a; return text; };
    return [sum, any, list.map(show).join("\n")];
}
// found:
