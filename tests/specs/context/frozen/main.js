function main() {
    context.user.name = 'other';
    delete context.tenant;
    context.extra = 1;
    return { context, permissions: context.user.permissions.includes('reports.view') };
}
