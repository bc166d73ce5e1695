/** What callers are told when answers are lost, and what then stands. */
package io.shardjdbc.tests.fault;
