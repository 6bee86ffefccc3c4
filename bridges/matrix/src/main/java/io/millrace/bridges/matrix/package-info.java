/** From streams into Matrix rooms, and commands from rooms back. */
package io.millrace.bridges.matrix;
