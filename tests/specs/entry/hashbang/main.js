#!/usr/bin/env node
function main() { return 'ok'; }
