// A webpack loader that removes the inline source maps of a library. They take three megabytes, and prevent our own
// source maps from naming the files of the library.
module.exports = (source) => source.replace(/^\/\/# sourceMappingURL=.*$/gm, '');
