// Whose run it is, and no more.
async function main() {
    const { tenant, user, script, execution } = context;
    return [tenant.id, user.id, script.type, script.version, execution.triggeredBy, Object.isFrozen(context)];
}
