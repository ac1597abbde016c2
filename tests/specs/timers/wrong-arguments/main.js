async function main() {
    const said = [];
    for (const attempt of [
        () => setTimeout('code', 1), () => setInterval(), () => setTimeout(() => {}, 1n),
        () => utils.sleep(), () => utils.sleep(-1), () => utils.sleep('10'), () => utils.sleep(NaN), () => utils.sleep(1e12),
    ]) {
        try { await attempt(); said.push('nothing'); } catch (error) { said.push(`${error.name}: ${error.message}`); }
    }
    // A delay that is not a number counts as 0.
    await new Promise(done => setTimeout(done, 'soon'));
    return said;
}
