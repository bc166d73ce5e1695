/** Two-phase commits over real servers: what holds, what is refused, and what survives crashes. */
package io.shardjdbc.tests.transaction;
