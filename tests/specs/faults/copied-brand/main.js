// The mark of a platform error can be copied to another error, which remains the script's.
async function main() {
    let error;
    try { await services.orders.find(1); } catch (caught) { error = caught; }
    const mine = new Error('mine');
    for (const key of Reflect.ownKeys(error)) if (typeof key === 'symbol') Object.defineProperty(mine, key, Object.getOwnPropertyDescriptor(error, key));
    mine.code = error.code;
    console.log(error.code, Reflect.ownKeys(mine).length - Reflect.ownKeys(new Error('mine')).length);
    throw mine;
}
