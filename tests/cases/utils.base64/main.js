// Text and bytes, encoded and decoded.
async function main() {
    const text = utils.base64.encode('Жасмин?');
    return [text, utils.base64.decode(text), [...utils.base64.decode('AQID', { as: 'bytes' })]];
}
