async function main() {
    throw { code: 'E_ITEM', message: 'bad item', field: 'items' };
}
