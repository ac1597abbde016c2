async function main() {
    const outcomes = {};
    const count = outcome => { outcomes[outcome] = (outcomes[outcome] || 0) + 1; };
    const signal = new AbortController().signal;
    for (let round = 0; round < 4; round++) {
        const calls = [];
        for (let number = 0; number < 2500; number++) calls.push(fetch('https://a.example/', { signal }).then(() => count('done'), error => count(`${error.name} ${error.code}`)));
        await Promise.all(calls);
    }
    return outcomes;
}
