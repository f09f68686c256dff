/** Style sheets are collected by the bundler; an import has no value. */
declare module '*.css';
