/**
 * The PostgreSQL driver as something that is begun and ended with: {@code DriverEntry} is its entry
 * in the JDK's list of drivers, and the way to it for all who read its URLs.
 */
@NullMarked
package io.shardjdbc.driver;

import org.jspecify.annotations.NullMarked;
