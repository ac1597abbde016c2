// functions: main
function main(rows) {
    let html = "";
    for (const row of rows) html += row.name;
    let csv = "a,b";
    let i = 0;
    while (i < rows.length) { csv = csv + "\n" + rows[i].a; i += 1; }
    let out;
    rows.forEach((row) => { out += `${row.b};`; });
    do { html += "x"; } while (i-- > 0);
    for (let text = "", j = 0; j < 9; text += "a", j++) console.log(text);
    for (const row of rows) html = `${html}<b>${row.name}</b>`;
    for (const row of rows) csv = row.a + "\n" + csv;
    return [html, csv, out];
}
// found:
// 4:29-4:45 hint TEXT_GROWS_IN_LOOP: `html` is copied in full each time it grows: push the pieces to an array and join it after the loop
// 7:31-7:59 hint TEXT_GROWS_IN_LOOP: `csv` is copied in full each time it grows: push the pieces to an array and join it after the loop
// 9:29-9:47 hint TEXT_GROWS_IN_LOOP: `out` is copied in full each time it grows: push the pieces to an array and join it after the loop
// 10:10-10:21 hint TEXT_GROWS_IN_LOOP: `html` is copied in full each time it grows: push the pieces to an array and join it after the loop
// 12:29-12:63 hint TEXT_GROWS_IN_LOOP: `html` is copied in full each time it grows: push the pieces to an array and join it after the loop
// 13:29-13:53 hint TEXT_GROWS_IN_LOOP: `csv` is copied in full each time it grows: push the pieces to an array and join it after the loop
