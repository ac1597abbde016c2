// The tenant and user of the run, and nothing else.
async function main() {
    const { tenant, user, script, execution } = context;
    return [tenant.id, user.id, script.type, script.version, execution.triggeredBy, Object.isFrozen(context)];
}
