package org.lenet5.training;

import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/**
 * What a training runs on.
 *
 * @param name "CPU" or "GPU"
 * @param remark what to tell people, or empty
 */
public record Device(String name, String remark) {
  // The folder that only the natives of the profile "gpu" have.
  private static final String CUDA_NATIVES = "org/tensorflow/internal/c_api/linux-x86_64-gpu/";

  /**
   * Looks for a GPU. Call it before any other use of TensorFlow in the process, with the training's
   * number of threads: the first session fixes it for the process.
   */
  public static Device find(int threads) {
    if (Device.class.getClassLoader().getResource(CUDA_NATIVES) == null) {
      return new Device("CPU", "");
    }
    try (Graph graph = new Graph();
        Session session = new Session(graph, TrainingGraph.sessionConfig(threads))) {
      // Without soft placement a graph that asks for an absent device fails.
      DeviceSpec gpu =
          DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.GPU).deviceIndex(0).build();
      Op probe = Ops.create(graph).withDevice(gpu).constant(1f);
      session.run(probe);
      return new Device("GPU", "");
    } catch (TensorFlowException | TFInvalidArgumentException e) {
      return new Device(
          "CPU",
          "no usable GPU (needs an NVIDIA driver, CUDA 12 and cuDNN 9 on the library path); using"
              + " the CPU");
    }
  }
}
