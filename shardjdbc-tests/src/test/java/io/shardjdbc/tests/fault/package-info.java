/**
 * What callers are told when answers are lost, connections are closed, processes sleep or die and
 * networks fail at any message, and what then stands.
 *
 * <p>A {@link io.shardjdbc.tests.fault.FaultProgram} is drawn from a seed and runs in a lane of
 * {@link io.shardjdbc.tests.fault.Lanes}: sessions with {@link io.shardjdbc.tests.fault.Operation}s
 * at a {@link io.shardjdbc.tests.fault.Desk} over a {@link io.shardjdbc.tests.fault.Bank}, whose
 * {@link io.shardjdbc.tests.fault.FaultyWire}s fail once each, and an {@link
 * io.shardjdbc.tests.fault.Audit} at its end. An {@link io.shardjdbc.tests.fault.Aim} says what is
 * drawn more often. {@link io.shardjdbc.tests.fault.FaultProcess} does the same in processes that
 * are killed and stopped.
 */
package io.shardjdbc.tests.fault;
