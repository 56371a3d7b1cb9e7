/** On Apache Spark, when one machine is not enough. */
package org.lenet5.spark;
