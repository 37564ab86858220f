"""Writes a volume as a scanner would: one DICOM file per slice."""

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from clinic.case import Volume

_AIR = -1024


def write(volume: Volume, folder: Path) -> None:
    """Write one file per slice, uncompressed; nobody's name is in them."""
    study, series = generate_uid(), generate_uid()
    for number, slice_ in enumerate(volume.values):
        image = Dataset()
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = CTImageStorage
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        image.StudyInstanceUID, image.SeriesInstanceUID, image.Modality = study, series, volume.modality
        image.PatientID = image.PatientName = "phantom"
        image.InstanceNumber = number + 1
        image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        at = volume.to_scanner(np.array([[0.0, 0.0, number]]))[0]
        image.ImagePositionPatient = [round(float(x), 6) for x in at]
        image.PixelSpacing = [float(volume.spacing[1]), float(volume.spacing[0])]
        image.SliceThickness = float(volume.spacing[2])
        image.Rows, image.Columns = slice_.shape
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        image.BitsAllocated = image.BitsStored = 16
        image.HighBit, image.PixelRepresentation = 15, 0
        image.RescaleSlope, image.RescaleIntercept = 1, _AIR
        image.PixelData = (slice_.astype(np.int32) - _AIR).astype("<u2").tobytes()
        image.save_as(folder / f"{number:04d}.dcm", enforce_file_format=True)
