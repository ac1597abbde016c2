// Without a language of their own: sorting, case, and what is no number or date. `Intl` is off.
function main() {
    return ['I'.toLocaleLowerCase('tr'), typeof Intl, ['б', 'а', 'Б'].sort((a, b) => a.localeCompare(b)).join('')];
}
