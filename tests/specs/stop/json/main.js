// JSON of a structure that unfolds practically without end.
function main() {
    let value = [1];
    for (let i = 0; i < 60; i++) value = [value, value];
    return JSON.stringify(value).length;
}
