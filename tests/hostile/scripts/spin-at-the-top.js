// ends: timeout
// it never comes to main
for (let i = 0; ; i++);
function main() {}
