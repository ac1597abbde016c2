// Without `Intl` these say the same on every machine, in no language in particular.
function main() {
    return [(1234567.891).toLocaleString('ru'), 12345678901234567890n.toLocaleString(), new Date(0).toLocaleDateString('uz'), 'I'.toLocaleLowerCase('tr'), typeof Intl, ['б', 'а', 'Б'].sort((a, b) => a.localeCompare(b)).join('')];
}
