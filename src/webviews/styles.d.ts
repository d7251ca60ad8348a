/** Style sheets are text to a program that is to put them into a page by itself. */
declare module '*.css' {
  const text: string;
  export default text;
}
