async function main() {
    const all = await Promise.allSettled([1, 2, 3].map((n) => storage.get('k' + n)));
    return all.map((one) => one.status + ' ' + (one.reason ? one.reason.code : ''));
}
