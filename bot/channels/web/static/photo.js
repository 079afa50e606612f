// One photo on its way: made small on the phone, shown before it goes, then uploaded.

const SIDE = 1600;
const QUALITY = 0.82;
const UPLOAD_TIME = 90000;

// A JPEG of at most 1600 px; rejects where the browser cannot read the file.
export function shrink(file) {
  return new Promise((done, fail) => {
    const address = URL.createObjectURL(file);
    const image = new Image();
    image.onerror = () => {
      URL.revokeObjectURL(address);
      fail(new Error("unreadable"));
    };
    image.onload = () => {
      URL.revokeObjectURL(address);
      const scale = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
      canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(
        (blob) => (blob ? done(blob) : fail(new Error("unreadable"))),
        "image/jpeg",
        QUALITY,
      );
    };
    image.src = address;
  });
}

// Answers {media_id, url}; rejects with the server's own words, or without words if it was not heard.
export function upload(blob, progress) {
  return new Promise((done, fail) => {
    const form = new FormData();
    form.append("photo", blob, "photo.jpg");
    const request = new XMLHttpRequest();
    request.open("POST", "/web/photos");
    request.timeout = UPLOAD_TIME;
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onerror = request.ontimeout = request.onabort = () => fail(new Error(""));
    request.onload = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch (unclear) {
        // A proxy's page instead of our answer: treated as not heard.
      }
      if (request.status === 200) done(answer);
      else fail(new Error(answer.error || ""));
    };
    request.send(form);
  });
}
