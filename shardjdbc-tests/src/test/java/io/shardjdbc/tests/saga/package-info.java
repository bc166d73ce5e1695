/** Sagas and the outbox over real servers, whole and broken. */
package io.shardjdbc.tests.saga;
