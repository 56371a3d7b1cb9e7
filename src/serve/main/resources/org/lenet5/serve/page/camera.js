// A picture from the camera, in a dialog of its own; the camera is off whenever that is closed.

const dialog = document.getElementById("viewfinder");
const video = dialog.querySelector("video");

/** Whether there is a way to a camera: browsers give it to local and to encrypted addresses only. */
export const hasCamera = Boolean(navigator.mediaDevices?.getUserMedia);

/** Shows what the camera sees and hands over the picture that is taken; throws if there is no camera. */
export async function openCamera(onPicture) {
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  document.getElementById("shoot").onclick = () => shoot(onPicture);
  document.getElementById("leave").onclick = () => dialog.close();
  dialog.onclose = () => {
    video.srcObject.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  dialog.showModal();
}

function shoot(onPicture) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((blob) => {
    dialog.close();
    onPicture(blob);
  }, "image/png");
}
