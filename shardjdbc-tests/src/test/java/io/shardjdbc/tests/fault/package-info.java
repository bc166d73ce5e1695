/**
 * What callers are told when answers are lost, connections are closed and networks fail at any
 * message, and what then stands.
 *
 * <p>A {@link io.shardjdbc.tests.fault.FaultProgram} is drawn from a seed: sessions with {@link
 * io.shardjdbc.tests.fault.Operation}s over a {@link io.shardjdbc.tests.fault.Bank}, whose {@link
 * io.shardjdbc.tests.fault.FaultyWire}s fail once each.
 */
package io.shardjdbc.tests.fault;
