/** Ids of several processes that share one table of leases. */
package io.shardjdbc.tests.ids;
