// A loader of webpack: takes away the source map that a library carries at the end of each of its files.
// Three megabytes in all that nobody reads, and that hide from our own maps where the code came from.
module.exports = (source) => source.replace(/^\/\/# sourceMappingURL=.*$/gm, '');
