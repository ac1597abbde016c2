// ends: success | timeout | memory
// rewrites a query for each of very many parameters
function main() {
    const url = new URL('https://a.example');
    for (let i = 0; i < 100_000; i++) url.searchParams.append('name' + i, 'x');
}
