// ends: memory | timeout
// two for one
function main() {
    const fork = () => { Promise.resolve().then(fork); Promise.resolve().then(fork); }; fork();
}
