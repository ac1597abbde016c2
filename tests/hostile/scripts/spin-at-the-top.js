// ends: timeout
// spins before main
for (let i = 0; ; i++);
function main() {}
