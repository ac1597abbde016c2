// ends: memory | timeout
// each promise starts two
function main() {
    const fork = () => { Promise.resolve().then(fork); Promise.resolve().then(fork); }; fork();
}
