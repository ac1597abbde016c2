async function main() {
    Promise.reject(new TypeError('nobody cares'));
    const handled = Promise.reject(1);
    handled.catch(() => {});
    return 'fine';
}
