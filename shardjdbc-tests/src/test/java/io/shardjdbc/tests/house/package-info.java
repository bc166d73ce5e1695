/**
 * The rules of the house: what the build refuses in any module, read from its classes and files.
 */
package io.shardjdbc.tests.house;
