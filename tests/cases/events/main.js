// Published under the prefix of scripts; an invalid name is refused.
async function main() {
    const sent = await events.publish('client.greeted', { id: 1 });
    let refused;
    try {
        await events.publish('Not a name!', {});
    } catch (error) {
        refused = error.code ?? error.name;
    }
    return [sent === undefined || sent === null || typeof sent, refused];
}
